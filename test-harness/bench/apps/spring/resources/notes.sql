create table note (id identity, text varchar(200) not null);
insert into note (text) values ('Buy milk');
insert into note (text) values ('Water the plants');
